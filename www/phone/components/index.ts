/**
 * The built-in components, `view` to `rtc-room`, one file each. The runtime calls
 * {@link registerComponents} once, before the first page is made.
 *
 * A tag of a template is compiled to `tt-TAG`, so `view` is put into the space with
 * `space.setGlobalUsingComponent("tt-view", …)`: a definition made with `space.define…`, or the name
 * of an element where the browser needs no help. What the runtime does for all components, so that
 * none has to: `tap`, `longpress`, `longtap` and touch events, `id`, `class`, `style`, `data-*`,
 * `mark:*`, `bind*` and `catch*`. It listens to no other event of the browser at a page's elements, so
 * what native controls inside a component raise is for the component alone, which raises its own
 * events with `triggerEvent(name, detail)` of its glass-easel element.
 */
import type { ComponentSpace, GeneralBehavior } from "glass-easel";
import type { Phone } from "../phone";
import { audio } from "./audio";
import { button } from "./button";
import { camera, livePusher } from "./camera";
import { canvas } from "./canvas";
import { checkbox, checkboxGroup } from "./checkbox";
import { editor } from "./editor";
import { defineFormField, form } from "./form";
import { icon } from "./icon";
import { coverImage, image } from "./image";
import { input } from "./input";
import { label } from "./label";
import { livePlayer } from "./live-player";
import { map } from "./map";
import { matchMedia } from "./match-media";
import { movableArea, movableView } from "./movable";
import { navigator } from "./navigator";
import { openData } from "./open-data";
import { navigationBar, pageMeta } from "./page-meta";
import { picker } from "./picker";
import { pickerView, pickerViewColumn } from "./picker-view";
import { ad, platformOnly } from "./placeholders";
import { pageContainer, rootPortal } from "./portal";
import { progress } from "./progress";
import { radio, radioGroup } from "./radio";
import { richText } from "./rich-text";
import { rtcRoom } from "./rtc-room";
import { scrollView } from "./scroll-view";
import { slider } from "./slider";
import type { Definition } from "./support/builtin";
import { h } from "./support/dom";
import { WHEEL_STYLE } from "./support/wheel-style";
import { swiper, swiperItem } from "./swiper";
import { switchControl } from "./switch";
import { text } from "./text";
import { textarea } from "./textarea";
import { video } from "./video";
import { coverView, mask, shareElement, view } from "./view";
import { webView } from "./web-view";

export const ALL: readonly Definition[] = [
  view,
  mask,
  text,
  richText,
  icon,
  progress,
  scrollView,
  swiper,
  swiperItem,
  movableArea,
  movableView,
  matchMedia,
  button,
  form,
  input,
  textarea,
  label,
  checkbox,
  checkboxGroup,
  radio,
  radioGroup,
  switchControl,
  slider,
  picker,
  pickerView,
  pickerViewColumn,
  navigator,
  image,
  video,
  livePlayer,
  camera,
  canvas,
  map,
  rtcRoom,
  webView,
  openData,
  ad,
  ...platformOnly,
];

/** Those that Douyin's documentation does not have, but pages made for its relatives: `tt.canIUse` denies them. */
export const FOREIGN: readonly Definition[] = [
  coverView,
  coverImage,
  pageContainer,
  rootPortal,
  shareElement,
  editor,
  audio,
  livePusher,
  pageMeta,
  navigationBar,
];

/** What the runtime has to know of the built-in components. */
export interface BuiltIns {
  /** By tag as in the source (`view`): what it may be given beside what every tag may. */
  attributes: Record<string, readonly string[]>;
  /** By address (`tt://form-field`): behaviors that a page's own components can name. */
  behaviors: Record<string, GeneralBehavior>;
}

/**
 * What selector queries ask of an element beyond its box. A component that has some of it sets it as
 * the property `query` of its DOM element (`element.$$`).
 */
export interface QueryHooks {
  /** What scrolls, where that is not the element itself: for `scrollOffset`. */
  scroller?: HTMLElement;
  /** For `context()`: a `VideoContext`, a `CanvasContext`. */
  context?: unknown;
  /** For `node()`: a canvas. */
  node?: unknown;
}

/** Puts all built-in components into the space of the mini-program. */
export function registerComponents(phone: Phone, space: ComponentSpace): BuiltIns {
  const attributes: BuiltIns["attributes"] = {};
  for (const definition of [...ALL, ...FOREIGN]) {
    space.setGlobalUsingComponent(`tt-${definition.tag}`, definition.define(space, phone));
  }
  for (const definition of ALL) attributes[definition.tag] = definition.attributes;
  document.head.prepend(h("style", {}, WHEEL_STYLE));
  return { attributes, behaviors: defineFormField(space) };
}
