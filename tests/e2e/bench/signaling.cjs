// The signaling server that users of simple-peer write themselves: what one says, the other hears.

const { createServer } = require("node:http");
const { WebSocketServer } = require("ws");

const http = createServer((_request, response) => response.end());
const server = new WebSocketServer({ server: http });
server.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (message) => {
    for (const other of server.clients) if (other !== socket) other.send(String(message));
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1");
