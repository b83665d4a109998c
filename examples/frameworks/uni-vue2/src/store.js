import Vue from "vue";
import Vuex from "vuex";

Vue.use(Vuex);

export default new Vuex.Store({
  state: {
    list: [
      { id: 1, name: "Apple", note: "sweet" },
      { id: 2, name: "Pear", note: "", price: 3 },
      { id: 3, name: "Quince", note: "" },
    ],
  },
  mutations: {
    add({ list }, name) {
      list.push({ id: list.length + 1, name, note: "new" });
    },
  },
});
