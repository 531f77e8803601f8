// Written by `cargo xtask bindings` from the table of operations (host/contract/src/ops) and wit/; not to be edited.

//! One function for each question to the engine.

use keelmark_contract::ops;

use super::super::bindings::keelmark::plugin::docker::{Answer, Host};
use super::super::{PluginState, types};
use super::{each, one};

impl Host for PluginState {
    async fn version(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::VERSION, &fields).await;
        self.answered(answer)
    }

    async fn info(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::INFO, &fields).await;
        self.answered(answer)
    }

    async fn list_containers(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::LIST_CONTAINERS, &fields).await;
        self.answered(answer)
    }

    async fn inspect_containers(&mut self, ids: Vec<String>, fields: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, &ops::INSPECT_CONTAINERS, ids, &fields).await;
        self.answered(answer)
    }

    async fn container_processes(&mut self, ids: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, &ops::CONTAINER_PROCESSES, ids, &[]).await;
        self.answered(answer)
    }

    async fn inspect_execs(&mut self, ids: Vec<String>, fields: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, &ops::INSPECT_EXECS, ids, &fields).await;
        self.answered(answer)
    }

    async fn list_images(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::LIST_IMAGES, &fields).await;
        self.answered(answer)
    }

    async fn inspect_images(&mut self, ids: Vec<String>, fields: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, &ops::INSPECT_IMAGES, ids, &fields).await;
        self.answered(answer)
    }

    async fn inspect_image_manifests(
        &mut self,
        ids: Vec<String>,
        fields: Vec<String>,
    ) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, &ops::INSPECT_IMAGE_MANIFESTS, ids, &fields).await;
        self.answered(answer)
    }

    async fn image_history(&mut self, ids: Vec<String>, fields: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, &ops::IMAGE_HISTORY, ids, &fields).await;
        self.answered(answer)
    }

    async fn list_networks(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::LIST_NETWORKS, &fields).await;
        self.answered(answer)
    }

    async fn list_volumes(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::LIST_VOLUMES, &fields).await;
        self.answered(answer)
    }

    async fn disk_usage(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::DISK_USAGE, &fields).await;
        self.answered(answer)
    }

    async fn swarm(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::SWARM, &fields).await;
        self.answered(answer)
    }

    async fn list_nodes(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::LIST_NODES, &fields).await;
        self.answered(answer)
    }

    async fn list_services(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::LIST_SERVICES, &fields).await;
        self.answered(answer)
    }

    async fn list_secrets(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, &ops::LIST_SECRETS, &fields).await;
        self.answered(answer)
    }
}
