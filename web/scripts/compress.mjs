// Writes .br and .gz beside every text file of the build, so that the server never compresses while somebody waits.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const worthIt = /\.(js|css|html|svg|json|txt|webmanifest)$/;

for (const name of readdirSync("dist", { recursive: true })) {
  const path = join("dist", String(name));
  if (!statSync(path).isFile() || !worthIt.test(path)) continue;
  const bytes = readFileSync(path);
  if (bytes.length < 512) continue;
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
}
