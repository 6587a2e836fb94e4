export default function GalleryPage() {
  return <main id="main">galleryStage</main>;
}
