export { type PageRequest, renderPage } from "./render-page.ts";
