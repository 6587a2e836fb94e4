/** How a person answers and stops each program, and the script steps that make it ask before it runs a command. */
export const keys = {
  opencode: { allow: "\r", reject: ["\x1b"], interrupt: ["\x1b", "\x1b"], askRun: (command) => `run ${command}` },
  gemini: { allow: "\r", reject: ["\x1b"], interrupt: ["\x1b"], askRun: (command) => `run ${command}` },
  qwen: { allow: "\r", reject: ["\x1b"], interrupt: ["\x1b"], askRun: (command) => `run ${command}` },
  claude: { clear: "\x15", allow: "\r", reject: ["\x1b"], interrupt: ["\x1b"], askRun: (command) => `run ${command}` },
  codex: {
    allow: "\r",
    reject: ["\x1b"],
    interrupt: ["\x1b"],
    clear: "\x15",
    askRun: (command) =>
      `call exec_command ${JSON.stringify({
        cmd: command,
        sandbox_permissions: "require_escalated",
        justification: "It has to see the network",
        yield_time_ms: 30000,
      })}`,
  },
};
