//! Layers of the workspace as they are now: published where that is fresh, else computed in memory.

use std::sync::{Arc, PoisonError};

use super::{Catalog, runs};
use crate::build::{compute, standing};
use crate::layer::Layer;
use crate::query::QueryError;
use crate::workspace::config::Step;
use crate::workspace::{PlannedLayer, Workspace};

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
        // A source is at hand; reading it is no building, and exact where what is published is rounded.
        let read = matches!(planned.file.step(), Some(Step::Read(_)));
        if !read
            && planned.file.publish
            && self.is_fresh(workspace)?
            && let Some(layer) = runs::current(workspace, name)?
        {
            return Ok(layer);
        }
        if !read && !self.build {
            let why = match runs::current_holds(workspace, name) {
                true => "is published from other data or definitions than these",
                false => "is not built",
            };
            return Err(QueryError::NotBuilt { layer: name.clone(), why, span: None });
        }
        let known = self.computed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let viewer = workspace.file().editions()[0].level;
        let layers = compute(workspace, viewer, std::slice::from_ref(name), &known)?;
        let layer = layers.get(name).cloned();
        self.computed.lock().unwrap_or_else(PoisonError::into_inner).extend(layers);
        layer.ok_or_else(|| QueryError::Failed { message: format!("layer `{name}` was not computed") })
    }

    /// Whether the current run was made from what the workspace holds; looked up once.
    fn is_fresh(&self, workspace: &Workspace) -> Result<bool, QueryError> {
        if let Some(&fresh) = self.fresh.get() {
            return Ok(fresh);
        }
        let fresh = match runs::current_fingerprint(workspace) {
            None => false,
            Some(published) => standing(workspace)?.is_some_and(|now| now == published),
        };
        Ok(*self.fresh.get_or_init(|| fresh))
    }
}
