// In <head>, before anything is drawn: "as the device" becomes light or dark, and follows the device.
(function (root) {
  if (root.dataset.bsTheme !== "auto") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  follow();
  dark.addEventListener("change", follow);
})(document.documentElement);
