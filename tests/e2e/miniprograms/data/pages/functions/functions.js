Page({
  data: {
    name: "Ada",
    greet(name) {
      return `Hello, ${name}`;
    },
  },
});
