Page({ data: { filled: false, words: ["one", "two"] } });
