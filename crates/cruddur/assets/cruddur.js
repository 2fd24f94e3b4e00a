// The page: which view is shown, what its forms do, and how the last action went.

import { Action, Failure, backend } from "./actions.js";
import * as views from "./views.js";

const USER = "andrewbrown";
const $ = (id) => document.getElementById(id);
const path = (...parts) => parts.map(encodeURIComponent).join("/");

const SENTENCES = {
  message_blank: "Write something first.",
  message_exceed_max_chars: "That is too long.",
  ttl_blank: "Choose when it vanishes.",
  search_term_blank: "Type what to search for.",
  blank_user_handle: "No user is named.",
  user_reciever_handle_blank: "Nobody is named to send it to.",
  activity_not_found: "There is no such crud, or it has vanished.",
  profiles_unavailable: "The back end cannot reach the profiles service, which knows the display names.",
  backend_unreachable:
    `No answer from the back end at ${backend}. Is it running, and does it know this page as ${location.origin} (FRONTEND_URL)?`,
};

function explain(error) {
  if (!(error instanceof Failure)) throw error;
  const sentences = error.codes.map((code) => SENTENCES[code] ?? `The back end answers ${code}.`);
  return error.status ? `${sentences.join(" ")} (${error.status})` : sentences.join(" ");
}

/** Shows how an action went, and what its companion has to say of it. */
function tell(action, outcome) {
  const took = Math.round(performance.now() - action.began);
  $("outcome").textContent = `${outcome} · ${took} ms`;
  $("last").dataset.action = action.name;
  $("aside").replaceChildren(...action.end());
}

/** The views by the first part of the address after `#/`. */
const VIEWS = {
  "": {
    name: "home",
    title: () => "Home",
    show: async (action) => [views.activities(await action.get("/api/activities/home"), "Nothing here yet. Post the first crud.")],
  },
  notifications: {
    name: "notifications",
    title: () => "Notifications",
    show: async (action) => [views.activities(await action.get("/api/activities/notifications"), "Nothing new.")],
  },
  user: {
    name: "user",
    title: (handle) => `@${handle}`,
    show: async (action, handle) => [
      views.activities(await action.get(`/api/activities/@${path(handle)}`), "Nothing posted, or all has vanished."),
    ],
  },
  search: {
    name: "search",
    title: (term) => `Search: ${term}`,
    show: async (action, term) => [
      views.activities(await action.get(`/api/activities/search?term=${path(term)}`), "Nothing found."),
    ],
  },
  activity: {
    name: "activity",
    title: () => "Crud",
    show: async (action, uuid) => {
      const data = await action.get(`/api/activities/${path(uuid)}`);
      const form = views.fromTemplate("reply-template");
      onSubmit(form, "reply", (reply, fields) => reply.post(`/api/activities/${path(uuid)}/reply`, fields), "Replied");
      return [views.activity(data), form];
    },
  },
  messages: {
    name: "messages",
    title: (handle) => (handle ? `Messages with @${handle}` : "Messages"),
    show: async (action, handle) => {
      if (!handle) return [views.groups(await action.get("/api/message_groups"))];
      const list = await action.get(`/api/messages/@${path(handle)}?user_reciever_handle=${path(USER)}`);
      const form = views.fromTemplate("send-template");
      const send = (sending, fields) => sending.post("/api/messages", { user_receiver_handle: handle, ...fields });
      onSubmit(form, "send", send, "Sent");
      return [views.conversation(list, USER), form];
    },
  },
};

function current() {
  const [first = "", second = ""] = location.hash.replace(/^#\/?/, "").split("/");
  let argument = second;
  try {
    argument = decodeURIComponent(second);
  } catch {
    // An address typed by hand; as it is, then.
  }
  return { view: VIEWS[first] ?? VIEWS[""], argument };
}

/** Counts the views begun, so that an answer that comes late does not replace a newer view. */
let begun = 0;

/** Shows the view of the address by the calls of `action`; false if it failed. */
async function show(action) {
  const mine = ++begun;
  const { view, argument } = current();
  const title = view.title(argument);
  document.title = `${title} · Cruddur`;
  $("title").textContent = title;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.page === view.name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  $("compose").hidden = view.name !== "home";
  $("view").setAttribute("aria-busy", "true");
  try {
    const elements = await view.show(action, argument);
    if (mine !== begun) return true;
    $("problem").hidden = true;
    $("content").replaceChildren(...elements);
    return true;
  } catch (error) {
    const sentence = explain(error);
    if (mine !== begun) return true;
    $("problem").textContent = sentence;
    $("problem").hidden = false;
    $("content").replaceChildren();
    return false;
  } finally {
    if (mine === begun) $("view").setAttribute("aria-busy", "false");
  }
}

async function navigate() {
  const { view } = current();
  const action = new Action(view.name);
  const shown = await show(action);
  tell(action, shown ? "Loaded" : "Failed");
}

/** Makes `form` send its fields by `send`, then show the view anew, both in one trace. */
function onSubmit(form, name, send, done) {
  const text = form.querySelector("textarea");
  const count = form.querySelector(".count");
  const problem = form.querySelector(".problem");
  const button = form.querySelector("button");
  // Over the limit is shown, not prevented: what the back end says of it is worth a trace.
  const recount = () => {
    const used = [...text.value].length;
    count.textContent = `${used} / ${text.dataset.limit}`;
    count.classList.toggle("over", used > Number(text.dataset.limit));
  };
  recount();
  text.addEventListener("input", recount);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    problem.textContent = "";
    const action = new Action(name);
    try {
      await send(action, Object.fromEntries(new FormData(form)));
      text.value = "";
      recount();
      const shown = await show(action);
      tell(action, shown ? done : `${done}, but what is here could not be loaded again`);
    } catch (error) {
      problem.textContent = explain(error);
      tell(action, error.status ? "Refused" : "No answer");
    } finally {
      button.disabled = false;
      (text.isConnected ? text : document.querySelector("#content textarea") ?? $("view")).focus({ preventScroll: true });
    }
  });
}

$("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const address = `#/search/${path($("search").value)}`;
  if (location.hash === address) navigate();
  else location.hash = address;
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the part after # is the view
  $("view").focus();
});
window.addEventListener("hashchange", async () => {
  await navigate();
  $("view").focus({ preventScroll: true });
  window.scrollTo(0, 0);
});
onSubmit($("compose"), "post", (action, fields) => action.post("/api/activities", fields), "Posted");
navigate();
