/** What happens in each recording. All of it is real time: a detector is judged by seconds. */
export const scenarios = {
  /** Looks at everything once; for trying out a program, not for keeping. */
  async try(stage, keys) {
    await stage.ready();
    await stage.prompt("Say something. %% wait 3s %% pace 15 %% words 30");
    stage.show("working");
    await stage.ended();
    await stage.prompt(`Run it. %% ${keys.askRun("./build.sh 3")} %% say It ran.`, { paste: true });
    await stage.asked();
    await stage.wait(4);
    await stage.allow();
    await stage.ended();
    await stage.prompt(`Run it again. %% ${keys.askRun("./clean.sh")} %% say It ran.`, { paste: true });
    await stage.asked();
    await stage.reject();
    await stage.wait(2);
    await stage.prompt("Think. %% wait 30s %% words 30");
    await stage.wait(4);
    stage.show("thinking");
    await stage.interrupt();
  },

  /** Answers without tools, and the many ways of doing nothing. */
  async talk(stage) {
    await stage.ready();
    await stage.wait(15);
    const musing = "I wonder what the table holds and whether anything reads it, but first I have to";
    await stage.type(musing, 7);
    await stage.wait(6);
    await stage.erase(musing.length);
    await stage.wait(3);
    await stage.prompt("What is in the table? %% wait 2s %% pace 14 %% words 130");
    await stage.ended();
    await stage.wait(10);
    stage.focus(false);
    await stage.wait(6);
    stage.focus(true);
    await stage.wait(6);
    await stage.prompt("Think about it. %% wait 22s %% pace 20 %% words 80");
    await stage.ended();
    await stage.wait(5);
    stage.resize(100, 28);
    await stage.wait(5);
    stage.resize(120, 32);
    await stage.wait(5);
    await stage.type("and then one more thing, namely", 5);
    await stage.wait(8);
    await stage.erase(31);
    await stage.wait(3);
  },

  /** Commands that need a person's word, silent and chatty ones, dialogs that stand for long. */
  async tools(stage, keys) {
    await stage.ready();
    await stage.wait(4);
    await stage.prompt(`Build it. %% wait 2s %% say I will run the build. %% ${keys.askRun("./build.sh")} %% pace 15 %% words 40`, { paste: true });
    await stage.asked();
    await stage.wait(22);
    await stage.allow();
    await stage.ended();
    await stage.wait(6);
    await stage.prompt(`Test it. %% ${keys.askRun("./test.sh")} %% pace 15 %% words 40`, { paste: true });
    await stage.asked();
    await stage.wait(8);
    stage.focus(false);
    await stage.wait(8);
    stage.focus(true);
    await stage.wait(5);
    stage.resize(104, 30);
    await stage.wait(8);
    await stage.allow();
    await stage.ended();
    await stage.wait(8);
    await stage.prompt(`Delete it. %% pace 20 %% words 25 %% ${keys.askRun("./clean.sh")} %% say Then I leave it.`, { paste: true });
    await stage.asked();
    await stage.wait(35);
    await stage.reject();
    await stage.wait(10);
  },

  /** Turns that are stopped, refused, broken off, and a terminal that is pulled about. */
  async trouble(stage) {
    await stage.ready();
    await stage.wait(3);
    await stage.prompt("Take your time. %% wait 60s %% say Never said.");
    await stage.wait(10);
    await stage.interrupt();
    await stage.wait(10);
    await stage.prompt("Tell me all of it. %% pace 12 %% words 600");
    await stage.wait(12);
    await stage.interrupt();
    await stage.wait(8);
    await stage.redrawStorm(30);
    await stage.wait(6);
    await stage.prompt("Try it when it is busy. %% error 429 2 %% pace 15 %% words 50");
    await stage.ended();
    await stage.wait(8);
    await stage.prompt("A long one. %% wait 4s %% pace 12 %% words 90 %% wait 7s %% words 60");
    await stage.wait(5);
    await stage.redrawStorm(20);
    await stage.type("while it works I write the next", 8);
    await stage.ended();
    await stage.wait(6);
    await stage.erase(31);
    await stage.wait(6);
  },

  /** Words that look like a state and are none, menus that a person opens, a dialog with a difference in it, an error. */
  async edges(stage, keys) {
    await stage.ready();
    await stage.wait(3);
    await stage.prompt("Ask me. %% pace 20 %% say Do you want to proceed? You can choose: 1. Yes 2. No [y/N]");
    await stage.ended();
    await stage.wait(9);
    await stage.prompt("Quote it. %% pace 30 %% say Somebody wrote: press esc to interrupt (esc to cancel, 4s).");
    await stage.ended();
    await stage.wait(12);
    await stage.type("/", 7);
    await stage.wait(5);
    stage.send("\x1b[B");
    await stage.wait(3);
    stage.send("\x1b");
    await stage.wait(2);
    await stage.erase(1);
    await stage.wait(5);
    if (keys.writes) {
      await stage.prompt(`Write it. %% write ${stage.cwd}/notes.txt hello %% pace 15 %% words 30`, { paste: true });
      await stage.asked();
      await stage.wait(9);
      stage.send("\x1b[B");
      await stage.wait(2);
      stage.send("\x1b[A");
      await stage.wait(4);
      await stage.allow();
      await stage.ended();
      await stage.wait(8);
    }
    await stage.prompt("Fail. %% wait 3s %% error 400 20 %% say Never said.");
    await stage.failed();
    await stage.wait(8);
    await stage.prompt("List them. %% pace 12 %% say 1. The first %% say 2. The second %% say 3. The third");
    await stage.ended();
    await stage.wait(8);
  },

  /** One longer piece of work: slow thought, floods of text, several commands on the way. */
  async work(stage, keys) {
    await stage.ready();
    await stage.wait(5);
    await stage.prompt("Tell it slowly. %% wait 12s %% pace 3 %% words 60");
    await stage.ended();
    await stage.wait(12);
    await stage.prompt("Everything at once. %% wait 1s %% words 1500 %% wait 8s %% pace 30 %% words 90");
    await stage.ended();
    await stage.wait(10);
    await stage.prompt(`Two steps. %% wait 3s %% ${keys.askRun("./build.sh 4")} %% wait 6s %% pace 15 %% words 20 %% ${keys.askRun("./test.sh 25")} %% wait 4s %% say Both are done.`, { paste: true });
    await stage.asked();
    await stage.wait(12);
    await stage.allow();
    await stage.asked();
    await stage.wait(15);
    await stage.allow();
    await stage.ended();
    await stage.wait(20);
    await stage.prompt("Think hard. %% wait 40s %% say I see.");
    await stage.ended();
    await stage.wait(15);
  },
};
