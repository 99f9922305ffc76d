//! Where widgets stand on CloudWatch's grid of 24 columns. Pure.
//!
//! Invariants: a given position is honoured; a widget without one flows, in its order, into the
//! first room after the one that flowed before it; no flowed widget overlaps any other.

use std::cmp::max;

/// How many columns the grid has:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>.
pub const COLUMNS: u64 = 24;

/// How large a widget wants to be, and where it wants to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Column and row of its upper left corner, if it is given.
    pub position: Option<(u64, u64)>,
    /// How many columns it takes.
    pub width: u64,
    /// How many rows it takes.
    pub height: u64,
}

/// Where a widget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The first column.
    pub x: u64,
    /// The first row.
    pub y: u64,
    /// How many columns.
    pub width: u64,
    /// How many rows.
    pub height: u64,
}

impl Place {
    /// The column after the last one.
    #[must_use]
    pub fn right(&self) -> u64 {
        self.x.saturating_add(self.width)
    }

    /// The row after the last one.
    #[must_use]
    pub fn bottom(&self) -> u64 {
        self.y.saturating_add(self.height)
    }

    /// Whether two places share a cell.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

/// Places every widget, in the order in which they are given.
#[must_use]
pub fn place(wishes: &[Wish]) -> Vec<Place> {
    let fixed: Vec<Place> = wishes.iter().filter_map(given).collect();
    let mut flow = Flow::default();
    wishes
        .iter()
        .map(|wish| given(wish).unwrap_or_else(|| flow.next(*wish, &fixed)))
        .collect()
}

/// The place of a widget whose position is given.
fn given(wish: &Wish) -> Option<Place> {
    let (x, y) = wish.position?;
    Some(Place {
        x,
        y,
        width: wish.width,
        height: wish.height,
    })
}

/// The line of widgets that is being filled.
#[derive(Debug, Default)]
struct Flow {
    /// The next free column.
    x: u64,
    /// The line's first row.
    y: u64,
    /// The row beneath its tallest widget; `y` while it has none.
    bottom: u64,
}

impl Flow {
    fn next(&mut self, wish: Wish, fixed: &[Place]) -> Place {
        let (width, height) = (wish.width.clamp(1, COLUMNS), wish.height.max(1));
        loop {
            let place = Place {
                x: self.x,
                y: self.y,
                width,
                height,
            };
            if place.right() > COLUMNS {
                self.break_line(height, fixed);
                continue;
            }
            // As everything in the way is passed, the search ends below the last fixed widget.
            if let Some(obstacle) = fixed.iter().find(|other| other.overlaps(&place)) {
                self.x = obstacle.right();
                continue;
            }
            self.x = place.right();
            self.bottom = max(self.bottom, place.bottom());
            return place;
        }
    }

    /// Begins the next line: beneath this one, or beneath the first obstacle if this one is empty.
    fn break_line(&mut self, height: u64, fixed: &[Place]) {
        let beneath_obstacle = fixed
            .iter()
            .filter(|other| other.y < self.y.saturating_add(height))
            .map(Place::bottom)
            .filter(|bottom| *bottom > self.y)
            .min();
        self.y = if self.bottom > self.y {
            self.bottom
        } else {
            beneath_obstacle.unwrap_or(self.y.saturating_add(1))
        };
        self.x = 0;
        self.bottom = self.y;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{COLUMNS, Place, Wish, place};

    fn flowing(width: u64, height: u64) -> Wish {
        Wish {
            position: None,
            width,
            height,
        }
    }

    fn at(x: u64, y: u64, width: u64, height: u64) -> Wish {
        Wish {
            position: Some((x, y)),
            width,
            height,
        }
    }

    fn check(wishes: &[Wish], corners: &[(u64, u64)]) {
        let places = place(wishes);
        let found: Vec<_> = places.iter().map(|place| (place.x, place.y)).collect();
        assert_eq!(found, corners);
    }

    #[test]
    fn widgets_flow_into_lines_and_a_line_begins_beneath_the_tallest_of_the_one_before() {
        check(
            &[flowing(24, 2), flowing(8, 6), flowing(8, 3), flowing(12, 6)],
            &[(0, 0), (0, 2), (8, 2), (0, 8)],
        );
    }

    #[test]
    fn what_flows_goes_around_what_is_fixed() {
        check(
            &[
                flowing(12, 6),
                at(12, 0, 12, 4),
                flowing(12, 6),
                flowing(12, 6),
            ],
            &[(0, 0), (12, 0), (0, 6), (12, 6)],
        );
        check(&[at(0, 0, 24, 10), flowing(6, 6)], &[(0, 0), (0, 10)]);
        check(&[at(6, 0, 12, 6), flowing(12, 2)], &[(6, 0), (0, 6)]);
    }

    #[test]
    fn a_size_that_is_impossible_is_flowed_as_the_nearest_possible_one() {
        check(
            &[flowing(99, 0), flowing(0, 1), flowing(24, 1)],
            &[(0, 0), (0, 1), (0, 2)],
        );
    }

    fn wish() -> impl Strategy<Value = Wish> {
        let position = prop::option::weighted(0.2, (0_u64..24, 0_u64..200));
        (position, 1_u64..=24, 1_u64..=40).prop_map(|(position, width, height)| Wish {
            position,
            width,
            height,
        })
    }

    fn corner(place: &Place) -> (u64, u64) {
        (place.y, place.x)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn up_to_500_widgets_stand_in_order_within_the_grid_and_apart(
            wishes in prop::collection::vec(wish(), 0..=500),
        ) {
            let places = place(&wishes);
            prop_assert_eq!(places.len(), wishes.len());
            let mut last = (0, 0);
            for (index, (wish, here)) in wishes.iter().zip(&places).enumerate() {
                prop_assert_eq!((here.width, here.height), (wish.width, wish.height));
                if let Some((x, y)) = wish.position {
                    prop_assert_eq!((here.x, here.y), (x, y));
                    continue;
                }
                prop_assert!(here.right() <= COLUMNS);
                prop_assert!(corner(here) >= last, "{:?} comes before its predecessor", here);
                last = corner(here);
                for (other, there) in places.iter().enumerate() {
                    prop_assert!(other == index || !here.overlaps(there), "{:?} {:?}", here, there);
                }
            }
        }
    }
}
