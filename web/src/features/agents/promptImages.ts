import type { PromptImage } from "@/contracts/http";
import { base64Of } from "@/lib/images";

/** What the server takes with one message, as base64. */
export const mostImageBytes = 8 * 1024 * 1024;

export const imageTypes = "image/png,image/jpeg,image/gif,image/webp";

/** Adds images to those that are there; null when they would be too much together. */
export async function withImages(
  images: readonly PromptImage[],
  files: readonly Blob[],
): Promise<PromptImage[] | null> {
  const all = [...images];
  for (const file of files) {
    const data = await base64Of(file);
    if (data === null) return null;
    all.push({ mimeType: file.type, data });
  }
  return all.reduce((sum, image) => sum + image.data.length, 0) > mostImageBytes ? null : all;
}

export function addressOf(image: PromptImage): string {
  return `data:${image.mimeType};base64,${image.data}`;
}
