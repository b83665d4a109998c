/**
 * `tt.canIUse`: answers from what the functions themselves were put in with, from what is really on
 * `tt`, and from the built-in components. What it does not know, it denies.
 */
import type { Api, Schema } from "./api";
import { whyNot } from "./coverage";

/** What the runtime has: its constructors with what they take, and what queries are. */
const MEMBERS: Readonly<Record<string, string>> = {
  App: "onLaunch onShow onHide onError onPageNotFound onUnhandledRejection",
  Page: "data onLoad onShow onReady onHide onUnload onPullDownRefresh onReachBottom onPageScroll onResize onTabItemTap onShareAppMessage setData createSelectorQuery createIntersectionObserver selectComponent selectAllComponents route options",
  Component:
    "properties data methods observers behaviors lifetimes pageLifetimes relations externalClasses options setData triggerEvent createSelectorQuery createIntersectionObserver selectComponent selectAllComponents selectOwnerComponent",
  SelectorQuery: "in select selectAll selectViewport exec",
  NodesRef: "boundingClientRect scrollOffset fields node context",
  IntersectionObserver: "relativeTo relativeToViewport observe disconnect",
};

export function canIUse(api: Api): void {
  api.sync("canIUse", "", (schema: unknown) => typeof schema === "string" && answer(api, schema.split(".")));
}

function answer(api: Api, [name = "", member, ...rest]: string[]): boolean {
  if (rest.length > 2 || name === "") return false;
  const members = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
  if (members !== undefined)
    return member === undefined || (rest.length === 0 && members.split(" ").includes(member));
  const attributes = api.phone.builtIns.attributes;
  if (Object.hasOwn(attributes, name)) {
    // Values of attributes are not listed anywhere: those that are known to the platform's own samples.
    const value = rest[0];
    return (
      member === undefined ||
      ((attributes[name]?.includes(member) ?? false) &&
        (value === undefined ||
          (rest.length === 1 && OPTIONS[`${name}.${member}`]?.split(" ").includes(value) === true)))
    );
  }
  const schema = api.schemas.get(name);
  // What another part put in (the RTC API) is known by being there.
  if (!schema) return member === undefined && Object.hasOwn(api.tt, name);
  if (whyNot(name) !== undefined) return false;
  if (member === undefined) return true;
  return knows(schema, member, rest);
}

/** Values of attributes that components tell apart. */
const OPTIONS: Record<string, string> = {
  "button.open-type":
    "share getPhoneNumber getUserInfo agreePrivacyAuthorization openSetting openAwemeUserProfile",
  "rtc-room.mode": "camera video screen",
};

function knows({ kind, params, fields }: Schema, member: string, [name, option]: string[]): boolean {
  const field = name !== undefined && option === undefined && fields.includes(name);
  switch (member) {
    case "object": {
      const rule =
        kind === "async" && name !== undefined && Object.hasOwn(params, name) ? params[name] : undefined;
      if (name === undefined) return kind === "async";
      return rule !== undefined && (option === undefined || (Array.isArray(rule) && rule.includes(option)));
    }
    case "success":
      return kind === "async" && (name === undefined || field || (name === "errMsg" && option === undefined));
    case "return":
      return kind === "sync" && (name === undefined || field);
    case "callback":
      return kind === "on" && (name === undefined || field);
    default:
      // A member of an object, such as `Stats.isDirectory`.
      return kind === "object" && name === undefined && fields.includes(member);
  }
}
