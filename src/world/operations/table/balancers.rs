//! What can be done to load balancers.

use AgentCommand::*;

use super::rows;
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::operations::kind::{ROW, Row, send};

rows! {
    /// Set up a load balancer.
    CreateBalancer {
        word: "create load balancer",
        is_beside: true,
        plan: &[send(CreateLoadBalancerCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Change how a load balancer is set up.
    UpdateBalancer {
        word: "update load balancer",
        is_beside: true,
        plan: &[send(UpdateLoadBalancerCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Remove a load balancer.
    DeleteBalancer {
        word: "delete load balancer",
        is_beside: true,
        plan: &[send(DeleteLoadBalancerCommand)],
        done: World::bury_balancer,
        undone: World::break_balancer,
    }
    /// Add nodes to a load balancer.
    AddNodes {
        word: "add nodes",
        is_beside: true,
        plan: &[send(CreateLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Change nodes of a load balancer.
    ChangeNodes {
        word: "change nodes",
        is_beside: true,
        plan: &[send(UpdateLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Remove nodes from a load balancer.
    RemoveNodes {
        word: "remove nodes",
        is_beside: true,
        plan: &[send(DeleteLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
}
