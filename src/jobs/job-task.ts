/** The file version that a job is about. */
export interface SourceFile {
  /** Where its content lies on this machine. */
  readonly location: string;
  /** What the file is called in its workspace, without its folders. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** As the file's version has it. */
  readonly mime: string;
}

/** A file of the folder that a job is about. */
export interface FolderFile extends SourceFile {
  /** From the top of the workspace. */
  readonly path: string;
}

/** Where a job puts the file that it makes. */
export interface TargetFile {
  /** A path on this machine where no file is yet. */
  readonly location: string;
  /** More is not taken. */
  readonly maxBytes: number;
}

/** What a process is given to do. */
export interface JobTask<Input = Readonly<Record<string, unknown>>> {
  readonly kind: string;
  readonly input: Input;
  /** Absent for a kind that does not work on one file. */
  readonly file?: SourceFile;
  /** All files below the folder, by path, for a kind that works on one. */
  readonly files?: readonly FolderFile[];
  /** Absent for a kind that writes none. */
  readonly output?: TargetFile;
}
