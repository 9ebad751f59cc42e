//! Risk scores: indicators of a zone, brought to 0..1 and joined by a recipe.
