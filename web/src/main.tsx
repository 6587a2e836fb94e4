import "./ui/theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { appearance, applyAppearance } from "./lib/appearance";

applyAppearance(appearance.get());
appearance.watch(() => applyAppearance(appearance.get()));

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root element.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
