/** A naming convention for the whole name of a role. */
export interface NamePattern {
  readonly text: string;
  matches(name: string): boolean;
}

/** The folder where an organization keeps its custom roles as code. */
export interface RoleFiles {
  /** What the whole name of a role must match; null when anything goes. */
  readonly namePattern: NamePattern | null;
  /**
   * Reads every role file of the folder, always anew. What cannot be taken as it is stands in `problems`, and never among the
   * files: who acts on the folder stops at the first problem.
   * @throws role_files.unreadable (fact `reason`) when the folder itself cannot be read
   */
  read(): Promise<RoleFolder>;
}

export interface RoleFolder {
  /** In the order of their paths. */
  readonly files: readonly RoleFileContent[];
  readonly problems: readonly RoleFileProblem[];
}

export interface RoleFileContent {
  /** From the folder on, with slashes. */
  readonly path: string;
  /** As they are: which encoding they are in is for whoever reads the role. */
  readonly bytes: Uint8Array;
}

/** What is wrong with one file, as a person who mends it wants it. */
export interface RoleFileProblem {
  readonly path: string;
  /** From 1; null where it is about the file as a whole. */
  readonly line: number | null;
  readonly column: number | null;
  readonly text: string;
}
