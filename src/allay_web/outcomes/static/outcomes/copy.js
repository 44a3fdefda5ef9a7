// Copies the link and prints the sheet; without JavaScript the link can be selected and the page printed.
(() => {
  "use strict";
  const status = document.querySelector("[data-copied]");
  const copy = document.querySelector("[data-copy]");
  const source = copy && document.getElementById(copy.dataset.copy);
  if (copy && source && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.value);
        status.textContent = status.dataset.copied;
      } catch {
        source.focus();
        source.select();
      }
    });
  }
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
