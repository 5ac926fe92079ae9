//! An optional id in four bytes.

use std::fmt;
use std::marker::PhantomData;

/// The raw value that stands for "no entity", in memory and in images.
pub const NONE: u32 = u32::MAX;

/// An optional id of table `T`, four bytes wide. `Option<T>` would be eight.
pub struct Opt<T>(u32, PhantomData<T>);

impl<T> Opt<T> {
    /// No entity.
    pub const NONE: Self = Self(NONE, PhantomData);

    /// From the word an image holds; [`NONE`] is "none".
    #[must_use]
    pub const fn from_raw(raw: u32) -> Self {
        Self(raw, PhantomData)
    }

    /// The word an image holds.
    #[must_use]
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// Whether there is no entity.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == NONE
    }

    /// Whether there is an entity.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0 != NONE
    }
}

impl<T: From<u32>> Opt<T> {
    /// As a standard `Option`.
    #[must_use]
    pub fn get(self) -> Option<T> {
        (self.0 != NONE).then(|| T::from(self.0))
    }
}

impl<T: Into<u32>> From<T> for Opt<T> {
    fn from(id: T) -> Self {
        Self(id.into(), PhantomData)
    }
}

impl<T: Into<u32>> From<Option<T>> for Opt<T> {
    fn from(id: Option<T>) -> Self {
        id.map_or(Self::NONE, Self::from)
    }
}

impl<T> Clone for Opt<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Opt<T> {}
impl<T> PartialEq for Opt<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Opt<T> {}
impl<T> Default for Opt<T> {
    fn default() -> Self {
        Self::NONE
    }
}
impl<T: From<u32> + fmt::Debug> fmt::Debug for Opt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(id) => id.fmt(f),
            None => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::SiteId;

    #[test]
    fn an_optional_id_takes_four_bytes() {
        assert_eq!(size_of::<Opt<SiteId>>(), 4);
        assert_eq!(Opt::<SiteId>::NONE.get(), None);
        assert_eq!(Opt::from(SiteId::from_raw(7)).get(), Some(SiteId::from_raw(7)));
        assert_eq!(Opt::<SiteId>::from(None), Opt::NONE);
    }
}
