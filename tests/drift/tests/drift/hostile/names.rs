//! Names and texts that generated code could stumble over, and how they are pinned or refused.

/// Pins for the names that need one.
pub(super) const NAMES: &str = "
types:
  schemas.Option: OptionModel
  schemas.Vec: VecModel
  schemas.String: StringModel
  schemas.Box: BoxModel
  schemas.Some: SomeModel
  schemas.None: NoneModel
  schemas.Default: DefaultModel
  schemas.Clone: CloneModel
  schemas.Debug: DebugModel
  schemas.Into: IntoModel
  schemas.IntoIterator: IntoIteratorModel
  schemas.PartialEq: PartialEqModel
  schemas.Drop: DropModel
  schemas.Err: ErrModel
  schemas.From: FromModel
  schemas.Iterator: IteratorModel
  schemas.Ok: OkModel
  schemas.Result: ResultModel
  schemas.Send: SendModel
  schemas.Shape: ShapeModel
  schemas.Shaped: ShapedModel
  schemas.ModelError: ModelErrorModel
  schemas.3d-model: ModelIn3d
variants:
  Odd:
    '': Empty
    '*': Star
    Unknown: UnknownToClerk
    a_b: AUnderB
    2fa: TwoFactor
";

/// The keywords of every edition, the weak ones, and names that generated code has by itself.
#[rustfmt::skip]
pub(super) const LOWER: [&str; 82] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct",
    "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
    "yield", "union", "raw", "safe", "auto", "default", "macro_rules", "request", "client", "value", "key",
    "item", "items", "members", "extra", "std", "core", "serde", "models", "send", "stream", "timeout", "retry",
    "header", "bearer", "fmt", "eq", "into", "from", "drop", "deserialize", "i64",
];

/// Types of the prelude, of the runtime, and names of type parameters.
#[rustfmt::skip]
pub(super) const UPPER: [&str; 75] = [
    "Self", "Option", "Vec", "String", "Box", "Some", "None", "Default", "Clone", "Debug", "Into", "IntoIterator",
    "PartialEq", "Shape", "Shaped", "ModelError", "Result", "Ok", "Err", "Iterator", "From", "Error", "Value",
    "Map", "Secret", "SecretObject", "Timestamp", "Nullable", "Object", "Page", "Clerk", "Request", "Operation",
    "Method", "Upload", "Handle", "Send", "Sync", "Fn", "FnOnce", "Drop", "ToString", "Eq", "Ord", "Hash", "Copy",
    "Deserialize", "Serialize", "Deserializer", "MapAccess", "A", "B", "C", "D", "E", "K", "S", "T", "U", "V",
    "X", "Key", "Field", "Visitor", "Decodable", "TaggedUnion", "OpenEnum", "UnknownValue", "UnknownVariant",
    "Cow", "PhantomData", "Call", "Answer", "Variant", "3d-model",
];

/// Texts that end comments, strings and macros, change the direction of text, or are not printable.
#[rustfmt::skip]
pub(super) const TEXTS: [&str; 18] = [
    "comment */ end", "raw \"# string", "back\\slash", "brace } closes", "brace { opens", "{format}",
    "quote \" in", "single ' quote", "tick ` code", "bidi \u{202e}over", "isolate \u{2066}x", "null \u{0} byte",
    "bell \u{7} rings", "line\nfeed", "return\rcarriage", "tab\tstop", "del \u{7f}ete", "unit $crate #x",
];

/// Names that a resource cannot have, because the generated code uses them.
pub(super) const REFUSED_RESOURCES: [&str; 14] = [
    "blocking", "box", "default", "drop", "from", "into", "models", "request", "send", "serde",
    "std", "stream", "time", "value",
];
