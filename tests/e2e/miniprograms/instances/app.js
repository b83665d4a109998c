App({ calls: [], log(...words) { this.calls.push(words.join(" ")); } });
