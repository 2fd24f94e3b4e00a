// Answers of the back end as elements of the page. Texts from the back end become text nodes, never markup.

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const steps = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];

/** How far a time is from now, such as "2 days ago" or "in 5 days". */
function distance(date) {
  let amount = (date - Date.now()) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(amount) < size) return unit === "second" ? "now" : relative.format(Math.round(amount), unit);
    amount /= size;
  }
}

function fillTime(element, text) {
  const date = new Date(text);
  element.dateTime = text;
  element.textContent = distance(date);
  element.title = date.toLocaleString();
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A copy of what a `<template>` has in it. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function fillAvatar(avatar, handle) {
  avatar.textContent = [...handle][0]?.toUpperCase() ?? "?";
  avatar.dataset.hue = [...handle].reduce((sum, character) => sum + character.codePointAt(0), 0) % 6;
}

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** One activity, reply or search result; `withReplies` lists its replies below it. */
export function activity(data, { withReplies = true } = {}) {
  const card = fromTemplate("activity-template");
  card.dataset.uuid = data.uuid;
  const link = `#/activity/${encodeURIComponent(data.uuid)}`;
  fillAvatar(card.querySelector(".avatar"), data.handle);
  const handle = card.querySelector(".handle");
  handle.textContent = `@${data.handle}`;
  handle.href = `#/user/${encodeURIComponent(data.handle)}`;
  card.querySelector(".when").href = link;
  fillTime(card.querySelector("time"), data.created_at);
  card.querySelector(".text").textContent = data.message;

  const counts = card.querySelector(".counts");
  counts.append(element("a", { href: link, className: "open" }, "Reply"));
  if (data.replies_count !== undefined) {
    counts.append(element("span", {}, plural(data.replies_count, "reply", "replies")));
    counts.append(element("span", {}, plural(data.likes_count, "like", "likes")));
    counts.append(element("span", {}, plural(data.reposts_count, "repost", "reposts")));
  }
  if (data.expires_at) {
    const when = element("time");
    fillTime(when, data.expires_at);
    counts.append(element("span", {}, "vanishes ", when));
  }

  const replies = card.querySelector(".replies");
  const shown = withReplies ? (data.replies ?? []) : [];
  replies.append(...shown.map((reply) => element("li", {}, activity(reply))));
  if (shown.length === 0) replies.remove();
  return card;
}

/** A list of activities, or a sentence if there are none. */
export function activities(list, none, options) {
  if (list.length === 0) return element("p", { className: "none" }, none);
  const items = list.map((data) => element("li", {}, activity(data, options)));
  return element("ol", { id: "feed", className: "plain" }, ...items);
}

/** Those with whom messages were exchanged. */
export function groups(list) {
  const items = list.map((group) => {
    const avatar = element("span", { className: "avatar", ariaHidden: "true" });
    fillAvatar(avatar, group.handle);
    const when = element("time");
    fillTime(when, group.created_at);
    const name = element("strong", {}, group.display_name);
    const link = element("a", { className: "card group", href: `#/messages/${encodeURIComponent(group.handle)}` },
      avatar, element("span", { className: "who" }, name, element("span", { className: "muted" }, `@${group.handle}`)), when);
    link.dataset.testid = "message-group";
    return element("li", {}, link);
  });
  return element("ul", { id: "groups", className: "plain" }, ...items);
}

/** A conversation, oldest message first. */
export function conversation(list, own) {
  if (list.length === 0) return element("p", { className: "none" }, "No messages yet.");
  const items = list.map((message) => {
    const when = element("time");
    fillTime(when, message.created_at);
    const item = element("li", { className: message.handle === own ? "bubble own" : "bubble" },
      element("span", { className: "by" }, element("strong", {}, message.display_name), " ", when),
      element("p", { className: "text" }, message.message));
    item.dataset.testid = "message";
    return item;
  });
  return element("ol", { id: "conversation", className: "plain" }, ...items);
}
