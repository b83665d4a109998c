// Headless Firefox with a fake camera and a fake microphone, for calls between unlike browsers.
//
// playwright drives a Firefox of its own only; puppeteer drives the one that is installed, through
// WebDriver BiDi. What is given here has of playwright's names those that `scene.mjs` uses.

import puppeteer from "puppeteer-core";

import { findProgram } from "./harness.mjs";

const PREFERENCES = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  // Pictures with sound play without a click.
  // Addresses instead of names that only multicast DNS resolves: there is none in a container.
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "intl.accept_languages": "en-US",
};

/** Launches Firefox; `newContext()` and `close()` are playwright's. */
export async function launchFirefox() {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: findProgram("Firefox", "TT_RTC_FIREFOX", ["firefox", "firefox-esr"]),
    extraPrefsFirefox: PREFERENCES,
  });
  return {
    newContext: async () => new Context(await browser.createBrowserContext()),
    close: () => browser.close(),
  };
}

class Context {
  #context;
  #bindings = [];
  #scripts = [];

  constructor(context) {
    this.#context = context;
  }

  async exposeBinding(name, callback) {
    this.#bindings.push([name, (...args) => callback({}, ...args)]);
  }

  async addInitScript(script) {
    this.#scripts.push(script);
  }

  async newPage() {
    const page = await this.#context.newPage();
    for (const [name, callback] of this.#bindings) await page.exposeFunction(name, callback);
    for (const script of this.#scripts) await page.evaluateOnNewDocument(script);
    return page;
  }
}
