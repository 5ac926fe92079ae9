//! The typed ids of a module. `Debug` prints an id as the readable form writes it.

use index_vec::define_index_type;

define_index_type! {
    /// A row of the type table.
    pub struct TypeId = u32;
    DEBUG_FORMAT = "t{}";
    DISPLAY_FORMAT = "t{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// A function, with or without a body.
    pub struct FuncId = u32;
    DEBUG_FORMAT = "f{}";
    DISPLAY_FORMAT = "f{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// A package-level variable.
    pub struct GlobalId = u32;
    DEBUG_FORMAT = "g{}";
    DISPLAY_FORMAT = "g{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// An allocation site: everything that creates storage is one row of the module's site table.
    pub struct SiteId = u32;
    DEBUG_FORMAT = "s{}";
    DISPLAY_FORMAT = "s{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// A basic block, numbered within its function.
    pub struct BlockId = u32;
    DEBUG_FORMAT = "b{}";
    DISPLAY_FORMAT = "b{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// An instruction, numbered within its function in block order.
    pub struct InstId = u32;
    DEBUG_FORMAT = "i{}";
    DISPLAY_FORMAT = "i{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// An SSA value, numbered within its function in order of appearance.
    pub struct Value = u32;
    DEBUG_FORMAT = "v{}";
    DISPLAY_FORMAT = "v{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// An interned string; 0 is the empty string.
    pub struct StrId = u32;
    DEBUG_FORMAT = "str{}";
    DISPLAY_FORMAT = "str{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// A source file.
    pub struct FileId = u32;
    DEBUG_FORMAT = "file{}";
    DISPLAY_FORMAT = "file{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
define_index_type! {
    /// A source position; 0 is "no position".
    pub struct PosId = u32;
    DEBUG_FORMAT = "@{}";
    DISPLAY_FORMAT = "@{}";
    IMPL_RAW_CONVERSIONS = true;
    DISABLE_MAX_INDEX_CHECK = cfg!(not(debug_assertions));
}
