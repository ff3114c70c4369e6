export declare class BlobStore {
  static open(options: { readonly dataDir: string }): Promise<BlobStore>;
}
