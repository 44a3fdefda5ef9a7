// Reads the question and its answers aloud with the browser's own voice. Nothing leaves the device.
(() => {
  "use strict";
  const speech = window.speechSynthesis;
  const button = document.querySelector("[data-listen]");
  if (!speech || !button || typeof SpeechSynthesisUtterance === "undefined") return;

  const language = document.documentElement.lang;
  const stop = button.dataset.stop;

  const show = (speaking) => {
    button.querySelector("[data-word]").textContent = speaking ? stop : button.dataset.read;
    button.setAttribute("aria-pressed", String(speaking));
  };

  const sentences = () =>
    [...document.querySelectorAll("[data-speak]")].map((part) => part.dataset.speak || part.textContent.trim());

  const say = () => {
    const parts = sentences().map((text) => {
      const part = new SpeechSynthesisUtterance(text);
      part.lang = language;
      part.rate = 0.95;
      return part;
    });
    if (!parts.length) return;
    parts[parts.length - 1].addEventListener("end", () => show(false));
    parts.forEach((part) => {
      part.addEventListener("error", () => show(false));
      speech.speak(part);
    });
    show(true);
  };

  button.addEventListener("click", () => {
    const speaking = speech.speaking;
    speech.cancel();
    if (speaking) show(false);
    else say();
  });
  window.addEventListener("pagehide", () => speech.cancel());
  button.hidden = false;
})();
