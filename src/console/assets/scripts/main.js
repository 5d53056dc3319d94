// @ts-check
/**
 * What the console's pages do beyond reading. Every page can be read and every form sent without
 * it.
 */
import { all, one } from "./elements.js";
import { helpForms } from "./forms.js";
import { hearKeys } from "./keys.js";
import { drawPhones } from "./lock-screen.js";
import { followNews } from "./news.js";
import { hearPlays } from "./play.js";
import { followScrubbers } from "./scrub.js";
import { showTimes } from "./times.js";
import { followTries } from "./try.js";

const TOAST_MS = 6_000;

// What answered a form has no address of its own: read anew it would send the form again.
const home = one("[data-address]")?.dataset["address"];
if (home !== undefined) history.replaceState(null, "", home);
showTimes();
setInterval(showTimes, 1_000);
helpForms();
hearKeys();
hearPlays();
followTries();
followScrubbers();
followNews();
void drawPhones();
for (const field of all("[data-offset]"))
  if (field instanceof HTMLInputElement) field.value = String(new Date().getTimezoneOffset());
for (const toast of all(".toast")) setTimeout(() => toast.remove(), TOAST_MS);
