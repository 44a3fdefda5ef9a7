// Today by keyboard: up and down move between rows, Enter opens, D is done, S is later. Without this script the
// page works all the same; the hint about keys is shown only when they work.
(() => {
  "use strict";

  const rows = () => [...document.querySelectorAll("tr[data-row]")];
  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

  const prepare = () => {
    for (const row of rows()) row.tabIndex = -1;
    for (const hint of document.querySelectorAll(".keys")) hint.hidden = false;
  };

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  };

  const unfold = (row, selector) => {
    const details = row.querySelector(selector);
    if (!details) return;
    for (const other of row.querySelectorAll("details.more")) other.open = other === details;
    details.querySelector("select, input:not([type=hidden])")?.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && event.target.closest("details.more")) {
      const row = event.target.closest("tr[data-row]");
      event.target.closest("details").open = false;
      row?.focus();
      return;
    }
    if (typing(event.target)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    const row = document.activeElement?.closest("tr[data-row]");
    if (!row) return;
    if (event.key === "Enter" && document.activeElement === row) {
      row.querySelector("[data-open]")?.click();
    } else if (event.key === "d" || event.key === "D") {
      event.preventDefault();
      unfold(row, "[data-done-form]");
    } else if (event.key === "s" || event.key === "S") {
      event.preventDefault();
      unfold(row, "[data-later-form]");
    }
  });

  // After a row was changed in place, the keyboard goes on from where it was: the row, or the one after it.
  document.addEventListener("htmx:afterSwap", (event) => {
    prepare();
    const changed = document.getElementById(event.detail.target.id);
    if (!changed) return;
    if (changed.matches("[data-row]")) {
      changed.focus();
      return;
    }
    let next = changed.nextElementSibling;
    while (next && !next.matches("[data-row]")) next = next.nextElementSibling;
    next?.focus();
  });

  document.addEventListener("DOMContentLoaded", prepare);
  if (document.readyState !== "loading") prepare();
})();
