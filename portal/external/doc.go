// Package external speaks to the services of the utility that the portal works with: it signs what it asks, and believes of an answer
// only what it can check. It knows no store; whose key it signs with, it is told.
package external
