const largest = 16 * 1024 * 1024;

export function imageIn(data: DataTransfer | null): File | null {
  if (data === null) return null;
  // A copied cell or paragraph often carries a picture of itself; who copied text wants the text.
  if (data.types.includes("text/plain")) return null;
  return [...data.files].find((file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type)) ?? null;
}

export async function base64Of(file: Blob): Promise<string | null> {
  // Base64 takes four bytes for three, and the message as a whole is limited.
  if (file.size * 4 > largest * 3 - 4096) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
