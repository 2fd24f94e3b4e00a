// The home page: brought up to date in place.

function homePage() {
  follow(async () => {
    const part = await fetchPart("home", new URLSearchParams(location.search));
    if (part && getSelection()?.type !== "Range") place(part.content);
  });
}
