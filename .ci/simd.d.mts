export declare const TARGET: string;
export declare function panelCode(): Promise<string>;
