//! Layers of the workspace as they are now: published where that is fresh, else computed in memory.

use std::sync::{Arc, PoisonError};

use super::{Catalog, runs};
use crate::QueryError;
use corredor::build::{compute, standing};
use corredor::layer::Layer;
use corredor::protect::{Door, sight};
use corredor::publish::Shelf;
use corredor::workspace::config::Step;
use corredor::workspace::{PlannedLayer, Workspace};

impl Catalog {
    /// A layer of the plan as it is now.
    pub(super) fn current(
        &self,
        workspace: &Workspace,
        planned: &PlannedLayer,
    ) -> Result<Arc<Layer>, QueryError> {
        let name = &planned.name;
        if let Some(layer) = self.computed.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Arc::clone(layer));
        }
        let shelf = self.shelf(workspace);
        // A source is at hand; reading it is no building, and exact where what is published is rounded.
        let read = matches!(planned.file.step(), Some(Step::Read(_)));
        if !read
            && planned.file.publish
            && self.is_fresh(workspace, &shelf)?
            && let Some(layer) = runs::current(&shelf, name)?
        {
            return Ok(layer);
        }
        if !read && !self.build {
            let why = match runs::current_holds(&shelf, name) {
                true => "is published from other data or definitions than these",
                false => "is not built",
            };
            return Err(QueryError::NotBuilt { layer: name.clone(), why, span: None });
        }
        let known = self.computed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let layers = compute(workspace, self.made_for(workspace), std::slice::from_ref(name), &known)
            .map_err(|error| self.withheld(workspace, planned).unwrap_or_else(|| error.into()))?;
        let layer = layers.get(name).cloned();
        self.computed.lock().unwrap_or_else(PoisonError::into_inner).extend(layers);
        layer.ok_or_else(|| QueryError::Failed { message: format!("layer `{name}` was not computed") })
    }

    /// What is told in the place of a reason that may quote what who asks may not see.
    fn withheld(&self, workspace: &Workspace, planned: &PlannedLayer) -> Option<QueryError> {
        let viewer = self.viewer?;
        let plan = workspace.plan().with_ancestors(std::slice::from_ref(&planned.name)).ok()?;
        let above = |layer: &PlannedLayer| sight(Door::SqlLayer, viewer, layer.level).is_withheld();
        let withheld = || QueryError::Withheld { layer: planned.name.clone(), viewer };
        plan.layers().iter().any(above).then(withheld)
    }

    /// Whether the current run was made from what the workspace holds; looked up once.
    fn is_fresh(&self, workspace: &Workspace, shelf: &Shelf) -> Result<bool, QueryError> {
        if let Some(&fresh) = self.fresh.get() {
            return Ok(fresh);
        }
        let fresh = match runs::current_fingerprint(workspace, shelf, self.made_for(workspace)) {
            None => false,
            Some(published) => standing(workspace)?.is_some_and(|now| now == published),
        };
        Ok(*self.fresh.get_or_init(|| fresh))
    }
}
