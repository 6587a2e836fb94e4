// A second client, in a process of its own: keeps one terminal of a running system printing until its input ends.
import { connectTo } from "./systems.mjs";
import { printed } from "./measures.mjs";

const system = connectTo(JSON.parse(process.argv[2]));
await system.start();
const terminal = await system.open();
const flowing = printed(terminal, "yyyyyyyy");
terminal.send("yes yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r");
await flowing;
console.log("flowing");
process.stdin.resume();
process.stdin.on("end", async () => {
  terminal.close();
  await terminal.remove?.();
  if (system.describe().kind === "atelier") await system.stop();
  process.exit(0);
});
