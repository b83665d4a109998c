const { first } = require("../../circular/a");

console.log("typo", { first }, [1, 2]);
Page({});
