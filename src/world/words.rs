//! Values that clients know by a word.

/// Makes an enum whose values have each its word: `word`, `of_word`, `ALL`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $value:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$about])* $value,)*
        }

        impl $name {
            /// All of them, in the order of their making.
            pub const ALL: &[$name] = &[$($name::$value,)*];

            /// As clients write it.
            pub fn word(self) -> &'static str {
                match self {
                    $($name::$value => $word,)*
                }
            }

            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }
    };
}

pub(crate) use words;
