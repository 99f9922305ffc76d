//! Lays widgets out on CloudWatch's grid of 24 columns. Pure.
//!
//! Invariants: a given position is kept; a widget without one flows, in order, into the first free
//! space after the previous flowed widget; a flowed widget overlaps no other.

use std::cmp::max;

/// The columns of the grid:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>.
pub const COLUMNS: u64 = 24;

/// The size and position that a widget requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Column and row of the upper left corner, if given.
    pub position: Option<(u64, u64)>,
    /// Width in columns.
    pub width: u64,
    /// Height in rows.
    pub height: u64,
}

/// A rectangle on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridRect {
    /// The first column.
    pub x: u64,
    /// The first row.
    pub y: u64,
    /// Width in columns.
    pub width: u64,
    /// Height in rows.
    pub height: u64,
}

impl GridRect {
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

    /// True if both share a cell.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

/// Places all widgets, in the given order.
#[must_use]
pub fn place(placements: &[Placement]) -> Vec<GridRect> {
    let fixed: Vec<GridRect> = placements.iter().filter_map(given).collect();
    let mut flow = Flow::default();
    placements
        .iter()
        .map(|placement| given(placement).unwrap_or_else(|| flow.next(*placement, &fixed)))
        .collect()
}

/// The rectangle of a widget with a given position.
fn given(placement: &Placement) -> Option<GridRect> {
    let (x, y) = placement.position?;
    Some(GridRect {
        x,
        y,
        width: placement.width,
        height: placement.height,
    })
}

/// The row of widgets being filled.
#[derive(Debug, Default)]
struct Flow {
    /// The next free column.
    x: u64,
    /// The first grid row.
    y: u64,
    /// The grid row below its tallest widget; `y` while it is empty.
    bottom: u64,
}

impl Flow {
    fn next(&mut self, placement: Placement, fixed: &[GridRect]) -> GridRect {
        let (width, height) = (placement.width.clamp(1, COLUMNS), placement.height.max(1));
        loop {
            let place = GridRect {
                x: self.x,
                y: self.y,
                width,
                height,
            };
            if place.right() > COLUMNS {
                self.break_line(height, fixed);
                continue;
            }
            // Each obstacle is passed once, so the search ends below the last fixed widget.
            if let Some(obstacle) = fixed.iter().find(|other| other.overlaps(&place)) {
                self.x = obstacle.right();
                continue;
            }
            self.x = place.right();
            self.bottom = max(self.bottom, place.bottom());
            return place;
        }
    }

    /// Starts the next row: below this one, or below the first obstacle if this one is empty.
    fn break_line(&mut self, height: u64, fixed: &[GridRect]) {
        let beneath_obstacle = fixed
            .iter()
            .filter(|other| other.y < self.y.saturating_add(height))
            .map(GridRect::bottom)
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

    use super::{COLUMNS, GridRect, Placement, place};

    fn flowing(width: u64, height: u64) -> Placement {
        Placement {
            position: None,
            width,
            height,
        }
    }

    fn at(x: u64, y: u64, width: u64, height: u64) -> Placement {
        Placement {
            position: Some((x, y)),
            width,
            height,
        }
    }

    fn check(placements: &[Placement], corners: &[(u64, u64)]) {
        let places = place(placements);
        let found: Vec<_> = places.iter().map(|place| (place.x, place.y)).collect();
        assert_eq!(found, corners);
    }

    #[test]
    fn widgets_flow_in_rows_and_a_row_starts_below_the_tallest_widget_of_the_previous_one() {
        check(
            &[flowing(24, 2), flowing(8, 6), flowing(8, 3), flowing(12, 6)],
            &[(0, 0), (0, 2), (8, 2), (0, 8)],
        );
    }

    #[test]
    fn flowed_widgets_avoid_fixed_ones() {
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
    fn an_impossible_size_is_clamped() {
        check(
            &[flowing(99, 0), flowing(0, 1), flowing(24, 1)],
            &[(0, 0), (0, 1), (0, 2)],
        );
    }

    fn placement() -> impl Strategy<Value = Placement> {
        let position = prop::option::weighted(0.2, (0_u64..24, 0_u64..200));
        (position, 1_u64..=24, 1_u64..=40).prop_map(|(position, width, height)| Placement {
            position,
            width,
            height,
        })
    }

    fn corner(place: &GridRect) -> (u64, u64) {
        (place.y, place.x)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn up_to_500_widgets_are_in_order_within_the_grid_and_do_not_overlap(
            placements in prop::collection::vec(placement(), 0..=500),
        ) {
            let places = place(&placements);
            prop_assert_eq!(places.len(), placements.len());
            let mut last = (0, 0);
            for (index, (placement, here)) in placements.iter().zip(&places).enumerate() {
                prop_assert_eq!((here.width, here.height), (placement.width, placement.height));
                if let Some((x, y)) = placement.position {
                    prop_assert_eq!((here.x, here.y), (x, y));
                    continue;
                }
                prop_assert!(here.right() <= COLUMNS);
                prop_assert!(corner(here) >= last, "{:?} is before its predecessor", here);
                last = corner(here);
                for (other, there) in places.iter().enumerate() {
                    prop_assert!(other == index || !here.overlaps(there), "{:?} {:?}", here, there);
                }
            }
        }
    }
}
