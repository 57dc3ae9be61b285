// Slack's date tokens ({time}, {date_short_pretty}, …) in the reader's own time zone.

const DAY = 24 * 60 * 60 * 1000;

/** `format` with every token replaced; `fallback` if the time or a token is unknown. */
export function formatDate(timestamp, format, fallback, now = new Date()) {
  const when = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(when.getTime()) || !format) return fallback;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (_, token) => {
    const word = TOKENS[token]?.(when, now);
    known &&= word !== undefined;
    return word ?? "";
  });
  return known ? text : fallback;
}

/** "14:31" of a message's ts. */
export function clockOf(ts) {
  return clock(dateOf(ts));
}

/** "14:31:07" of seconds since 1970. */
export function secondOf(seconds) {
  return clock(dateOf(seconds), true);
}

/** "Friday, November 20th, 2026, 14:31:00": what a pointer resting on a time is told. */
export function fullTimeOf(ts) {
  const when = dateOf(ts);
  return `${longDate(when)}, ${clock(when, true)}`;
}

/** A key per day in the reader's zone, and the words of its divider. */
export function dayOf(ts, now = new Date()) {
  const when = dateOf(ts);
  return { key: numeric(when), words: capital(pretty(dividerDate)(when, now)) };
}

const dateOf = (ts) => new Date(Number(ts) * 1000);
const two = (number) => String(number).padStart(2, "0");
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
const clock = (when, seconds = false) =>
  `${two(when.getHours())}:${two(when.getMinutes())}${seconds ? `:${two(when.getSeconds())}` : ""}`;
const numeric = (when) => `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
const named = (when, options) => when.toLocaleDateString("en-US", options);

function ordinal(day) {
  if (day >= 11 && day <= 13) return `${day}th`;
  return `${day}${["th", "st", "nd", "rd"][day % 10] ?? "th"}`;
}

const monthAndDay = (when) => `${named(when, { month: "long" })} ${ordinal(when.getDate())}`;
const plainDate = (when) => `${monthAndDay(when)}, ${when.getFullYear()}`;
const shortDate = (when) => named(when, { month: "short", day: "numeric", year: "numeric" });
const longDate = (when) => `${named(when, { weekday: "long" })}, ${plainDate(when)}`;
const dividerDate = (when) => `${named(when, { weekday: "long" })}, ${monthAndDay(when)}`;

function pretty(format) {
  return (when, now) => {
    const midnight = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
    const days = (midnight(when) - midnight(now)) / DAY;
    return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? format(when);
  };
}

function ago(when, now) {
  const minutes = Math.round((now - when) / 60000);
  const words = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;
  const size = Math.abs(minutes);
  if (size < 1) return "just now";
  let length = words(Math.round(size / 1440), "day");
  if (size < 1440) length = words(Math.round(size / 60), "hour");
  if (size < 60) length = words(size, "minute");
  return minutes > 0 ? `${length} ago` : `in ${length}`;
}

const TOKENS = {
  date_num: numeric,
  date_slash: (when) => `${two(when.getMonth() + 1)}/${two(when.getDate())}/${when.getFullYear()}`,
  date: plainDate,
  date_short: shortDate,
  date_long: longDate,
  date_pretty: pretty(plainDate),
  date_short_pretty: pretty(shortDate),
  date_long_pretty: pretty(longDate),
  day_divider_pretty: (when, now) => capital(pretty(dividerDate)(when, now)),
  time: (when) => clock(when),
  time_secs: (when) => clock(when, true),
  ago,
};
