// Shape: a call program in TypeScript: types and interfaces, an enum, a class with a parameter property,
// modules with import and export, a room page whose tiles get their size from the view around them.
import type { Member } from "./types";

App<{ user: string; members: Member[]; reset(): void }>({
  user: "",
  members: [],
  onLaunch(): void {
    this.user = "user-of-this-phone";
  },
  reset() {
    this.members = [];
  },
});
