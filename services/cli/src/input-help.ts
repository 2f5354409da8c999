/** What files of events may be, for `--help`. */
export const INPUT_HELP = `Events are JSON in UTF-8, plain or gzip: one a line (NDJSON), an array of them, or printed over
several lines. A file is read by what it holds, not by its name. In a folder, and in the folders
in it, these are read in the order of their names: .ndjson, .jsonl, .json and .gz in any case, also
rotated ones (.ndjson.1); hidden files and links to folders are not. What is left out is said.`;
