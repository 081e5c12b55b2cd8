// A link to another page of the site is followed within it, instead of loading the site anew.
// Streamlit then does what it does on Back: it shows the page of the address that stands there.
const pages = new Set(document.currentScript.dataset.pages.split(" "));

function leadsWithin(link, event) {
  const wantsMore = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  const elsewhere = link.target || link.hasAttribute("download") || link.hash;
  if (wantsMore || elsewhere || link.origin !== location.origin) return false;
  const here = new URLSearchParams(location.search);
  const there = new URLSearchParams(link.search);
  // Another language is served with its own HTML; before the first page, nobody listens.
  const sameWords = here.get("lang") === there.get("lang") && here.get("city") === there.get("city");
  return sameWords && pages.has(link.pathname) && document.querySelector("h1") !== null;
}

// By the selection, because without HTTPS a browser offers no other way.
addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copied]");
  if (!button) return;
  getSelection().selectAllChildren(button.previousElementSibling);
  if (document.execCommand("copy")) button.textContent = button.dataset.copied;
});

addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (event.defaultPrevented || !link || !leadsWithin(link, event)) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  dispatchEvent(new PopStateEvent("popstate"));
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
});
