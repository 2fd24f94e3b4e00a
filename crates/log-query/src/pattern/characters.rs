//! What words without quotes are made of.

/// What numbers, names and words without quotes are made of.
pub(super) fn is_plain(character: char) -> bool {
    is_name(character) || matches!(character, '.' | '*' | '+')
}

/// What the names of properties and fields are made of.
pub(super) fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}
