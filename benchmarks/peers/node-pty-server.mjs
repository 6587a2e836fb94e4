// The plainest useful peer: one shell per WebSocket, bytes straight through. Nothing is stored.
import { WebSocketServer } from "ws";
import pty from "node-pty";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("listening", () => console.log(JSON.stringify({ port: server.address().port })));
server.on("connection", (socket) => {
  const shell = pty.spawn("/bin/bash", ["--norc", "--noprofile"], { cols: 120, rows: 30, encoding: null });
  shell.onData((data) => socket.send(data, { binary: true }));
  shell.onExit(() => socket.close());
  socket.on("message", (data) => shell.write(data.toString()));
  socket.on("close", () => shell.kill("SIGKILL"));
});
