const { api } = require("../../api");

const FOLDER = `${tt.env.USER_DATA_PATH}/notes`;
const files = tt.getFileSystemManager();

Page(
  api({
    mkdir: () => files.mkdir({ dirPath: FOLDER, recursive: true }),
    writeFile: () => files.writeFile({ filePath: `${FOLDER}/a.txt`, data: "你好", encoding: "utf8" }),
    appendFileSync: () => files.appendFileSync(`${FOLDER}/a.txt`, "!", "utf8"),
    readFile: () => files.readFile({ filePath: `${FOLDER}/a.txt`, encoding: "utf8" }),
    "readFileSync base64": () => files.readFileSync(`${FOLDER}/a.txt`, "base64"),
    "a file of the project": () => files.readFileSync("/media/landscape.svg", "utf8").slice(0, 60),
    readdir: () => files.readdir({ dirPath: tt.env.USER_DATA_PATH }),
    stat: () => files.statSync(`${FOLDER}/a.txt`),
    getFileInfo: () => tt.getFileInfo({ filePath: `${FOLDER}/a.txt`, digestAlgorithm: "md5" }),
    saveFile: () => tt.saveFile({ tempFilePath: `${FOLDER}/a.txt` }),
    getSavedFileList: () => tt.getSavedFileList(),
    "a missing file": () => files.readFile({ filePath: `${FOLDER}/nothing` }),
    rmdir: () => files.rmdir({ dirPath: FOLDER, recursive: true }),
  }),
);
