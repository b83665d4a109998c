import { defineStore } from "pinia";

export const useFruit = defineStore("fruit", {
  state: () => ({
    list: [
      { id: 1, name: "Apple", note: "sweet" },
      { id: 2, name: "Pear", note: "", price: 3 },
      { id: 3, name: "Quince", note: "" },
    ],
  }),
  actions: {
    add(name) {
      this.list.push({ id: this.list.length + 1, name, note: "new" });
    },
  },
});
