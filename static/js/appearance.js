/* Light, dark or as the device; normal or compact rows. Applied at once, and kept by the server or in a cookie. */
import { all, one, post } from "./page.js";

const MEDIA = { light: "not all", dark: "screen", auto: "screen and (prefers-color-scheme: dark)" };
const YEAR = 31536000; // seconds

const device = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function isDark() {
  return root.dataset.theme === "dark" || (root.dataset.theme === "auto" && device.matches);
}

/** Applies a theme to the page and to the controls that offer the others. */
function apply(theme) {
  root.dataset.theme = theme;
  one("[data-dark]").media = MEDIA[theme];
  root.classList.toggle("is-dark", isDark());
  for (const button of all('.theme-form [name="theme"][aria-pressed]')) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const toggle = one(".theme-tool");
  if (toggle) toggle.value = isDark() ? "light" : "dark";
}

function startTheme() {
  apply(root.dataset.theme);
  device.addEventListener("change", () => apply(root.dataset.theme));
  for (const form of all(".theme-form")) {
    form.addEventListener("submit", (event) => {
      if (!event.submitter) return;
      event.preventDefault();
      const theme = event.submitter.value; // read first: applying it turns the button to the other one
      apply(theme);
      const body = new URLSearchParams(new FormData(form));
      body.set("theme", theme);
      post(form.action, body).catch(() => {});
    });
  }
}

function startDensity() {
  const tool = one("[data-density-tool]");
  tool?.addEventListener("click", () => {
    const density = root.dataset.density === "compact" ? "normal" : "compact";
    root.dataset.density = density;
    tool.setAttribute("aria-pressed", String(density === "compact"));
    document.cookie = `density=${density}; path=/; max-age=${YEAR}; samesite=lax`;
  });
}

export function startAppearance() {
  startTheme();
  startDensity();
}
