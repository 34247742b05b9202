import "./look/page.css";
import "./look/controls.css";
import "./look/panels.css";
import { runOnboard } from "./onboard/run-onboard.ts";
import { runSdk } from "./sdk/run-sdk.ts";

const root = document.querySelector<HTMLElement>("[data-page]");
if (root) (root.dataset.page === "sdk" ? runSdk : runOnboard)(root);
