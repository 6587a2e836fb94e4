export const dashboardStrings = {
  title: "Home",
  needs: "Needs you",
  noneNeeds: "Nothing needs you.",
  running: "Running",
  noneRunning: "Nothing is running.",
  finished: "Finished",
  noneFinished: "What ended appears here.",
  all: "All sessions",
  welcomeTitle: "Start with a session",
  welcome:
    "A session is a folder with terminals and agents in it. Everything in it goes on when you close the page, and is there when you come back.",
  welcomeExample: "Example: branch “fix/login” of your repository, with an agent at work and a shell beside it.",
  newSession: "New session",
  addRepository: "Add a repository",
};
