/**
 * How a person answers and stops each program, and the script steps that make it ask before it runs a command.
 * `dialog` is what its question says: some take seconds before they ask. Without it the question counts from the moment at
 * which the model has called the tool; codex has none, because nobody looked at it before the detector was done.
 */
export const keys = {
  opencode: { dialog: /Permission required/, writes: true, allow: "\r", reject: ["\x1b"], interrupt: ["\x1b", "\x1b"], askRun: (command) => `run ${command}` },
  gemini: { dialog: /Allow execution of|Apply this change/, writes: true, allow: "\r", reject: ["\x1b"], interrupt: ["\x1b"], askRun: (command) => `run ${command}` },
  qwen: { dialog: /Allow execution of|Apply this change/, writes: true, allow: "\r", reject: ["\x1b"], interrupt: ["\x1b"], askRun: (command) => `run ${command}` },
  claude: { dialog: /Do you want to (proceed|create)/, writes: true, clear: "\x15", allow: "\r", reject: ["\x1b"], interrupt: ["\x1b"], askRun: (command) => `run ${command}` },
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
