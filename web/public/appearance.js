// Runs before the first paint, so that a chosen theme never flashes. Kept in a file of its own because the content policy forbids inline scripts.
try {
  const choice = JSON.parse(localStorage.getItem("atelier.appearance") || "{}");
  const root = document.documentElement;
  if (choice.theme === "light" || choice.theme === "dark") root.dataset.theme = choice.theme;
  if (choice.contrast === "high") root.dataset.contrast = "high";
} catch {
  // Storage may be forbidden; the system's theme is a fine answer.
}
